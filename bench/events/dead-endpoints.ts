import { freePort } from "#hosts/n8n/free-port.ts";
import type { LoadFigures, Setting } from "./measure.ts";
import { openBench } from "./measure.ts";
import { openRainwire, type RainwireOptions, type Subscribed } from "./rainwire.ts";

/** Each tenant has twenty endpoints for every event of its own; where there are dead ones, one of the twenty is. */
const TENANTS = 50;
const ENDPOINTS_PER_TENANT = 20;
const EVENTS_PER_SECOND = 30;

export const CROWD = `${TENANTS * ENDPOINTS_PER_TENANT} endpoints, ${EVENTS_PER_SECOND} events to 20 endpoints each a second`;

export interface CrowdFigures {
  withoutDead: LoadFigures;
  withDead: LoadFigures;
}

export interface CrowdOptions {
  rainwire: RainwireOptions;
  setting: Setting;
  livePort: number;
  hangingPort: number;
  seconds: number;
}

/** The same load to a thousand endpoints, once with all alive and once with 25 that hang and 25 that refuse. */
export async function measureCrowd(options: CrowdOptions): Promise<CrowdFigures> {
  const refusingPort = await freePort();
  const withoutDead = await measureOne(options, []);
  const withDead = await measureOne(options, [options.hangingPort, refusingPort]);
  return { withoutDead, withDead };
}

async function measureOne(options: CrowdOptions, deadPorts: number[]): Promise<LoadFigures> {
  const { rainwire, setting, livePort, seconds } = options;
  const hasDead = deadPorts.length > 0;
  const subscribed: Subscribed[] = Array.from({ length: TENANTS }, (_, tenant) => ({
    tenantId: `crowd-${tenant}`,
    urls: Array.from({ length: ENDPOINTS_PER_TENANT }, (_, endpoint) => {
      const deadPort = endpoint === 0 ? deadPorts[tenant % deadPorts.length] : undefined;
      return `http://127.0.0.1:${deadPort ?? livePort}/${tenant}/${endpoint}`;
    }),
  }));
  const bench = await openBench(await openRainwire(rainwire, "Rainwire", subscribed, { hasDead }), setting);
  try {
    const load = { count: EVENTS_PER_SECOND * seconds, perSecond: EVENTS_PER_SECOND, tenants: bench.contender.tenants };
    return await bench.run(load, ENDPOINTS_PER_TENANT - (hasDead ? 1 : 0));
  } finally {
    await bench.close();
  }
}
