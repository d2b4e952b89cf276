import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { credentialsFor, readSecrets, signingKeyText } from "#hosts/n8n/credentials.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "rainwire-secrets-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const write = (text: string) => writeFileSync(join(dataDir, "secrets.env"), text);

describe("readSecrets", () => {
  it("makes the missing keys once, readable by the owner only", () => {
    const first = readSecrets(dataDir);
    expect(readSecrets(dataDir)).toEqual(first);
    expect(statSync(join(dataDir, "secrets.env")).mode & 0o777).toBe(0o600);
  });

  it("keeps the lines of others", () => {
    write("# by the host\nBETTER_AUTH_SECRET=abc\nN8N_WEBHOOK_KEY=0123456789abcdef\n");
    expect(readSecrets(dataDir).N8N_WEBHOOK_KEY).toBe("0123456789abcdef");
    const text = readFileSync(join(dataDir, "secrets.env"), "utf8");
    expect(text.startsWith("# by the host\nBETTER_AUTH_SECRET=abc\nN8N_WEBHOOK_KEY=0123456789abcdef\nN8N_")).toBe(true);
  });

  it("names the key of the wrong form and not its value", () => {
    write("N8N_SIGNING_SECRET=hunter2\n");
    expect(() => readSecrets(dataDir)).toThrow(/N8N_SIGNING_SECRET: must be whsec_/);
    expect(() => readSecrets(dataDir)).not.toThrow(/hunter2/);
  });

  it("signs as Standard Webhooks libraries do when the key is used as text", () => {
    const { N8N_SIGNING_SECRET } = readSecrets(dataDir);
    const at = new Date("2026-01-02T03:04:05Z");
    const asText = createHmac("sha256", signingKeyText(N8N_SIGNING_SECRET))
      .update("msg_1.1767323045.{}")
      .digest("base64");
    expect(new Webhook(N8N_SIGNING_SECRET).sign("msg_1", at, "{}")).toBe(`v1,${asText}`);
  });
});

describe("credentialsFor", () => {
  it("builds the credentials that the workflows name by id", () => {
    write(
      [
        "N8N_SIGNING_SECRET=whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY=",
        "N8N_WEBHOOK_KEY=webhook-key-0001",
        "N8N_ERROR_KEY=error-key-000001",
      ].join("\n"),
    );
    expect(credentialsFor(dataDir)).toEqual([
      {
        id: "rainwireSigning0",
        name: "Rainwire signing secret",
        type: "crypto",
        data: { hmacSecret: "0123456789abcdefghijklmnopqrstuv" },
      },
      {
        id: "rainwireHeader01",
        name: "Rainwire webhook header",
        type: "httpHeaderAuth",
        data: { name: "x-rainwire-key", value: "webhook-key-0001" },
      },
      {
        id: "rainwireErrors01",
        name: "Rainwire error reports",
        type: "httpHeaderAuth",
        data: { name: "Authorization", value: "Bearer error-key-000001" },
      },
      {
        id: "rainwireSmtp0001",
        name: "Rainwire SMTP",
        type: "smtp",
        data: {
          user: "",
          password: "",
          host: "localhost",
          port: 25,
          secure: false,
          disableStartTls: false,
          hostName: "",
        },
      },
    ]);
  });

  it("sends mail by SMTP_URL of the environment, else of secrets.env", () => {
    const smtp = (environment = {}) => credentialsFor(dataDir, environment).find(({ type }) => type === "smtp")?.data;
    write("SMTP_URL=smtps://mail.example.com\n");
    expect(smtp()).toMatchObject({ host: "mail.example.com", port: 465, secure: true, user: "" });
    expect(smtp({ SMTP_URL: "smtp://reports%40example.com:p%3A%2Fw@smtp.example.com:2525" })).toEqual({
      user: "reports@example.com",
      password: "p:/w",
      host: "smtp.example.com",
      port: 2525,
      secure: false,
      disableStartTls: false,
      hostName: "",
    });
    expect(() => smtp({ SMTP_URL: "http://hunter2@x" })).toThrow(/^SMTP_URL in the environment must begin with smtp/);
  });

  it("refuses a signing secret that is not text, since n8n could not sign with it", () => {
    write(`N8N_SIGNING_SECRET=whsec_${Buffer.alloc(24, 0xff).toString("base64")}\n`);
    expect(() => credentialsFor(dataDir)).toThrow(/does not decode to printable ASCII/);
  });
});
