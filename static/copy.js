// A button that copies the text of a box; without script, people select it themselves.
"use strict";
for (const button of document.querySelectorAll("[data-copy]")) {
  const box = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    box.focus();
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
    } catch {
      if (!document.execCommand("copy")) return; // it stays selected, to be copied by hand
    }
    button.textContent = button.dataset.done;
  });
}
