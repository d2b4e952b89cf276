import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** A Chromium of the machine's, or the one that Playwright has downloaded; undefined where there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const places = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), chromium.executablePath()];
  return places.find((path) => existsSync(path));
}

export function launchChromium(executablePath: string): Promise<Browser> {
  const isRoot = process.getuid?.() === 0; // then Chromium refuses its sandbox
  const options: LaunchOptions = { executablePath, args: isRoot ? ["--no-sandbox"] : [] };
  return chromium.launch(options);
}
