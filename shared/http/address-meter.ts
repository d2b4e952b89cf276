import { ADDRESS_HEADER } from "#shared/http/address-header.ts";
import type { SubjectMeter } from "#shared/limits/subject-meter.ts";
import type { RainwireContext } from "#shared/runtime/open-context.ts";

/** The meter of the address that the host states. */
export const addressMeterOf = (ctx: RainwireContext, request: Request, nowMs: number): SubjectMeter | undefined =>
  ctx.limits.limiter.addressMeter(request.headers.get(ADDRESS_HEADER) ?? "", nowMs);
