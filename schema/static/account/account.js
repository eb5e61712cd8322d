// Does what a link in a mail is for. The token stands in the fragment, which no server and no log sees.

const ACTIONS = {
  "reset-password": {
    form: document.getElementById("reset"),
    query: `mutation Reset($input: ResetPasswordInput!) {
      did: resetPassword(input: $input) { errors { message } } }`,
    input: (token) => ({ token, newPassword: document.getElementById("password").value }),
    done: "Your new password is set, and every session was ended. You can sign in now.",
  },
  "confirm-email": {
    form: document.getElementById("confirm"),
    query: `mutation Confirm($input: ConfirmEmailInput!) {
      did: confirmEmail(input: $input) { errors { message } } }`,
    input: (token) => ({ token }),
    done: "Your address is confirmed.",
  },
};
const told = document.getElementById("told");

function show() {
  const [name, token] = location.hash.slice(1).split(/=(.*)/s);
  for (const { form } of Object.values(ACTIONS)) form.hidden = true;
  const action = Object.hasOwn(ACTIONS, name) && ACTIONS[name];
  if (!action || !token) return;
  told.textContent = "";
  action.form.hidden = false;
  action.form.onsubmit = (event) => {
    event.preventDefault();
    act(action, decodeURIComponent(token));
  };
}

async function act(action, token) {
  told.textContent = "One moment …";
  try {
    const response = await fetch("/graphql/", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ query: action.query, variables: { input: action.input(token) } }),
    });
    const { data, errors } = await response.json();
    const refused = errors ?? data.did.errors;
    told.textContent = refused.length ? refused.map(({ message }) => message).join(" ") : action.done;
    action.form.hidden = !refused.length;
    if (!refused.length) history.replaceState(null, "", location.pathname);
  } catch {
    told.textContent = "The server does not answer. Try again.";
  }
}

addEventListener("hashchange", show);
show();
