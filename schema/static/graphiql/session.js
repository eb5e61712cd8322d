// Who is signed in on this page, and requests in their name.

const KEPT_UNDER = "social:signed-in";
const WHO_AM_I = "query WhoAmI { viewer { user { username } } }";
const RENEW = `mutation Renew($input: RefreshTokenInput!) {
  refreshToken(input: $input) { token refreshToken errors { code } }
}`;
const SIGN_OUT = `mutation SignOut($input: RevokeTokenInput!) {
  revokeToken(input: $input) { errors { code } }
}`;

/**
 * One sign-in at most, and one notice at most for the person at the page.
 *
 * The tokens are in memory. sessionStorage has them only while no page is there to use them, so that a reload
 * does not sign out. Otherwise a duplicated tab would get a copy, and two pages that use one single-use
 * refresh token end the session.
 */
export class Session {
  notice = "";
  #endpoint;
  #storage;
  #onChange;
  #signedIn = null; // {token, refreshToken, username}: the same object for as long as the sign-in lasts
  #renewal = null;

  /** `storage` may be null, where the browser denies it. `onChange` is called whenever there is news to show. */
  constructor(endpoint, storage, onChange) {
    this.#endpoint = endpoint;
    this.#storage = storage;
    this.#onChange = onChange;
    addEventListener("pagehide", () => this.#putAway());
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      this.#takeBack();
      onChange();
    });
    this.#takeBack();
  }

  get isSignedIn() {
    return this.#signedIn !== null;
  }

  /** Null while it is not known yet. */
  get username() {
    return this.#signedIn?.username ?? null;
  }

  /**
   * Send one GraphQL request and return its result; errors of the network are errors of the result.
   * An Authorization header among `headers` wins over the sign-in. An expired token is renewed on the way.
   */
  async send(request, headers = {}) {
    if (Object.keys(headers).some((name) => name.toLowerCase() === "authorization")) {
      return this.#sendAsTyped(request, headers);
    }
    const token = this.#signedIn?.token;
    let answer = await this.#post(request, headers, token);
    if (answer.status === 401 && token && (await this.#renewed(token))) {
      answer = await this.#post(request, headers, this.#signedIn.token);
    }
    this.#adopt(answer.result);
    if (!this.#signedIn && answer.result.errors?.some(isUnauthenticated)) {
      this.tell(this.notice || "This needs a sign-in: run “Sign up” or “Sign in” first.");
    }
    return answer.result;
  }

  /** Show the notice, or none. */
  tell(notice) {
    this.notice = notice;
    this.#onChange();
  }

  async signOut() {
    const { refreshToken } = this.#signedIn;
    this.#signedIn = null;
    this.tell("");
    if (!refreshToken) return;
    const { result } = await this.#post({ query: SIGN_OUT, variables: { input: { refreshToken } } });
    if (!result.data) this.tell("You are signed out here, but the server could not be told to end the session.");
  }

  async #sendAsTyped(request, headers) {
    const answer = await this.#post(request, headers);
    if (answer.status === 401) {
      this.tell("The server refuses the Authorization header in the Headers editor. Correct it, or remove it.");
    }
    this.#adopt(answer.result);
    return answer.result;
  }

  /** Sign in with the tokens of a result, if it has any, whatever the mutation was. */
  #adopt(result) {
    const payload = Object.values(result.data ?? {}).find((value) => typeof value?.token === "string");
    if (!payload) return;
    this.#signedIn = { token: payload.token, refreshToken: payload.refreshToken ?? null, username: null };
    this.tell("");
    this.#findName();
  }

  async #findName() {
    const signedIn = this.#signedIn;
    const result = await this.send({ query: WHO_AM_I });
    signedIn.username = result.data?.viewer?.user.username ?? null;
    this.#onChange();
  }

  /** Whether there is a newer token than `stale`; requests that wait at the same time renew it once. */
  async #renewed(stale) {
    if (this.#signedIn?.token === stale) {
      this.#renewal ??= this.#renew().finally(() => (this.#renewal = null));
      await this.#renewal;
    }
    return this.isSignedIn && this.#signedIn.token !== stale;
  }

  async #renew() {
    const signedIn = this.#signedIn;
    const input = { refreshToken: signedIn.refreshToken };
    const answer = input.refreshToken ? await this.#post({ query: RENEW, variables: { input } }) : null;
    if (this.#signedIn !== signedIn) return; // signed out, or in as somebody else, meanwhile
    const payload = answer?.result.data?.refreshToken;
    if (payload?.token) {
      signedIn.token = payload.token;
      signedIn.refreshToken = payload.refreshToken;
    } else if (payload || !answer) {
      this.#signedIn = null;
      this.tell("Your sign-in has ended. Run “Sign in” to go on.");
    } // else the server could not be asked: the next request tries again
  }

  async #post(request, headers = {}, token = null) {
    try {
      const sent = new Headers({
        Accept: "application/graphql-response+json, application/json;q=0.9",
        "Content-Type": "application/json",
      });
      if (token) sent.set("Authorization", `Bearer ${token}`);
      Object.entries(headers).forEach(([name, value]) => sent.set(name, value));
      const body = JSON.stringify(request);
      const response = await fetch(this.#endpoint, { method: "POST", headers: sent, body, credentials: "omit" });
      return { status: response.status, result: await readResult(response) };
    } catch (error) {
      return { status: 0, result: failure(`The request could not be sent: ${error.message}`) };
    }
  }

  #putAway() {
    if (!this.#storage || !this.#signedIn) return;
    this.#storage.setItem(KEPT_UNDER, JSON.stringify(this.#signedIn));
    this.#signedIn = null;
  }

  #takeBack() {
    this.#signedIn = JSON.parse(this.#storage?.getItem(KEPT_UNDER) ?? "null") ?? this.#signedIn;
    this.#storage?.removeItem(KEPT_UNDER);
    if (this.#signedIn) this.#findName();
  }
}

function isUnauthenticated(error) {
  return error.extensions?.code === "UNAUTHENTICATED";
}

async function readResult(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return failure(`The server answered ${response.status} ${response.statusText}, and not in JSON.`);
  }
}

function failure(message) {
  return { errors: [{ message }] };
}
