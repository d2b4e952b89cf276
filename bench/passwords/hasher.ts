import { hashPassword } from "better-auth/crypto";

/** A Worker that hashes a password as sign-in does, or answers at once. */
export default {
  async fetch(request: Request): Promise<Response> {
    const isHashing = new URL(request.url).pathname === "/hash";
    return new Response(isHashing ? await hashPassword("correct horse battery staple") : "at once");
  },
};
