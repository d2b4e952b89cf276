import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "#hosts/n8n/free-port.ts";
import { untilListening } from "#tests/support/redis-server.ts";
import type { Contender } from "./contender.ts";
import { signInAnybody } from "./floor.ts";

/** nginx's cache in front of another server; undefined where no nginx is installed. */
export async function openNginx(dir: string, openUpstream: () => Promise<Contender>): Promise<Contender | undefined> {
  const isThere = await promisify(execFile)("nginx", ["-v"]).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  const upstream = await openUpstream();
  const port = await freePort();
  await mkdir(join(dir, "nginx"), { recursive: true });
  const configPath = join(dir, "nginx/nginx.conf");
  await writeFile(configPath, configOf(join(dir, "nginx"), port, upstream.port));
  const server: ChildProcess = spawn("nginx", ["-c", configPath, "-p", join(dir, "nginx")], { stdio: "ignore" });
  await untilListening(port);
  return {
    name: "nginx proxy_cache",
    port,
    paths: { list: "/", check: "/" },
    pids: [server.pid ?? 0, ...upstream.pids],
    keepsAnswers: true,
    signIn: signInAnybody,
    unfinished: async () => 0,
    async close() {
      server.kill("SIGTERM");
      await upstream.close();
    },
  };
}

/** One worker that answers from its cache, as fast as nginx can: no log, everything kept. */
const configOf = (dir: string, port: number, upstreamPort: number): string => `daemon off;
master_process off;
worker_rlimit_nofile 20000;
pid ${dir}/pid;
error_log ${dir}/error.log warn;
events { worker_connections 10000; }
http {
  access_log off;
  keepalive_requests 100000000;
  client_body_temp_path ${dir}/body; proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi; uwsgi_temp_path ${dir}/uwsgi; scgi_temp_path ${dir}/scgi;
  proxy_cache_path ${dir}/cache levels=1:2 keys_zone=all:64m max_size=1g inactive=1h;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${upstreamPort};
      proxy_cache all; proxy_cache_valid 200 1h; proxy_cache_methods GET;
      proxy_ignore_headers Cache-Control Vary Set-Cookie;
    }
  }
}
`;
