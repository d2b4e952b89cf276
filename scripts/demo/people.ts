import { randomBytes } from "node:crypto";
import { z } from "zod";

/** Somebody who is signed in. */
export interface Person {
  name: string;
  /** Calls the API as this person; throws with the problem's text when it refuses. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<unknown>;
  /** The same, answering whatever came. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

const SignedIn = z.object({ token: z.string() });

/** Signs a person up, then in, as a client of the public API would. */
export async function signIn(hostUrl: string, name: string): Promise<Person> {
  const email = `${name.toLowerCase()}@demo.example`;
  const password = randomBytes(12).toString("base64url");
  const post = (path: string, body: unknown) =>
    fetch(`${hostUrl}/auth/api/auth${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: hostUrl },
      body: JSON.stringify(body),
    });
  const signedUp = await post("/sign-up/email", { email, password, name });
  if (!signedUp.ok) throw new Error(`${name} could not sign up: HTTP ${signedUp.status}`);
  const { token } = SignedIn.parse(await (await post("/sign-in/email", { email, password })).json());

  const ask: Person["ask"] = (method, path, body, headers = {}) =>
    fetch(`${hostUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        origin: hostUrl,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    name,
    ask,
    async call(method, path, body, headers) {
      const response = await ask(method, path, body, headers);
      const text = await response.text();
      if (!response.ok) throw new Error(`${name}: ${method} ${path} answered ${response.status}: ${text}`);
      return text === "" ? undefined : JSON.parse(text);
    },
  };
}

const Invitation = z.object({ id: z.string(), organizationId: z.string() });

/** Brings a person into another's tenant: invited, accepted, and made the active one of the session. */
export async function join(host: Person, guest: Person): Promise<void> {
  const email = `${guest.name.toLowerCase()}@demo.example`;
  const invited = await host.call("POST", "/auth/api/auth/organization/invite-member", { email, role: "member" });
  const { id, organizationId } = Invitation.parse(invited);
  await guest.call("POST", "/auth/api/auth/organization/accept-invitation", { invitationId: id });
  await guest.call("POST", "/auth/api/auth/organization/set-active", { organizationId });
}
