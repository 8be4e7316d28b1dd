// Passkeys: the server's options go to the browser's authenticator, its answer goes back. Forms marked data-passkey appear only where this works.
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !PublicKeyCredential.parseCreationOptionsFromJSON) return;

  const post = async (address, form, more) => {
    const fields = new URLSearchParams(new FormData(form));
    for (const [name, value] of Object.entries(more)) fields.set(name, value);
    const answer = await fetch(address, { method: "POST", body: fields, headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.detail);
    return said;
  };

  const credential = async (kind, options) => kind === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });

  const use = async (form) => {
    const said = form.querySelector("[data-passkey-said]");
    const button = form.querySelector("button");
    said.textContent = "";
    button.disabled = true;
    try {
      const options = await post(form.dataset.options, form, {});
      const answer = await credential(form.dataset.passkey, options);
      const done = await post(form.action, form, { credential: JSON.stringify(answer) });
      window.location.assign(done.location);
    } catch (fault) {
      said.textContent = fault.name === "NotAllowedError" ? "No passkey was used. Try again when you are ready." : fault.message;
      button.disabled = false;
    }
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      use(form);
    });
  }
})();
