// Ways in: takes an invitation's code out of the address, and shows a passphrase to who types it.
"use strict";

// The QR code of an invitation brings the code behind "#", which no server sees.
function takeCode() {
  const code = document.getElementById("id_code");
  const [, brought] = location.hash.match(/^#([0-9A-Za-z-]{26,40})$/) || [];
  if (!code || !brought) return;
  code.value = brought;
  history.replaceState(null, "", location.pathname + location.search);
  document.getElementById("id_pseudonym")?.focus();
}

function addButton(field) {
  const { show, hide } = field.dataset;
  const button = document.createElement("button");
  const turn = (visible) => {
    field.type = visible ? "text" : "password";
    button.textContent = visible ? hide : show;
  };
  button.type = "button"; // sends nothing
  button.className = "quiet";
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => turn(field.type === "password"));
  field.form.addEventListener("submit", () => turn(false)); // browsers remember texts
  field.after(button);
  turn(false);
}

addEventListener("hashchange", takeCode);
takeCode();
document.querySelectorAll("[data-show]").forEach(addButton);
