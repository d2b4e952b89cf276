import { Webhook } from "standardwebhooks";
import { expect, it } from "vitest";
import { signWebhook } from "#shared/webhooks/sign.ts";

it("signs the published vector of Standard Webhooks (libraries/javascript, “sign function works”)", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const sentAt = new Date(1_614_265_330_999);
  expect(signWebhook(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", sentAt, '{"test": 2432232314}')).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

it("is verified by the library, and not with a byte changed", () => {
  const secret = `whsec_${btoa("printable-ascii-secret-of-32-chr")}`;
  const body = '{"name":"Grüße 🌧"}';
  const headers = { ...signWebhook(secret, "msg_1", new Date(), body) };
  expect(new Webhook(secret).verify(body, headers)).toEqual({ name: "Grüße 🌧" });
  expect(() => new Webhook(secret).verify(body.replace("G", "g"), headers)).toThrow();
  expect(() => new Webhook(secret).verify(body, { ...headers, "webhook-id": "msg_2" })).toThrow();
});
