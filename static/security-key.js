// A security key as a second step. The browser does the work: this hands it the question that the
// form holds and sends its answer. Without it, codes of the app and on paper do the same.
"use strict";
const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function question(form) {
  const asked = JSON.parse(form.dataset.question);
  asked.challenge = toBytes(asked.challenge);
  if (asked.user) asked.user.id = toBytes(asked.user.id);
  for (const list of [asked.excludeCredentials, asked.allowCredentials]) {
    for (const one of list ?? []) one.id = toBytes(one.id);
  }
  return { publicKey: asked };
}

function answer(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: credential.id,
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function ask(form) {
  const failed = form.querySelector("[data-failed]");
  failed.hidden = true;
  try {
    const way = form.dataset.securityKey; // "create" or "get"
    const credential = await navigator.credentials[way](question(form));
    form.elements.credential.value = answer(credential);
    form.submit();
  } catch {
    failed.hidden = false;
  }
}

for (const form of document.querySelectorAll("form[data-security-key]")) {
  if (!self.PublicKeyCredential) break;
  form.querySelector("[data-without]").hidden = true;
  const button = form.querySelector("[data-with]");
  button.hidden = false;
  form.addEventListener("submit", (event) => {
    if (event.submitter !== button) return; // the cover's button goes to the lock page
    event.preventDefault();
    ask(form);
  });
}
