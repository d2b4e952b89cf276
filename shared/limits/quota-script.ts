import { type QuotaExchange, type QuotaGrant, sliceMsOf } from "./quota-store.ts";

/**
 * The decision of `memoryQuotaStore` as a Redis script (Lua 5.1; no feature newer than Redis 5). One key per quota, a
 * hash: `u` units used, `o` a slice no used unit is older than, `a` the arrival time of the pace, `h` the holders as
 * `id units ends seen` lines, and the used units of each slice under its number.
 *
 * ARGV: limit, window, burst, slice, holder, returned, need, demand, hope, hold, now (empty: the server's clock), then
 * age and units of what was used. Answers granted, free, ms until free, holders.
 */
export const QUOTA_SCRIPT = `
local key = KEYS[1]
local limit, window, burst, slice = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local holder, returned, need, demand = ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local hope, hold, now = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local state = redis.call('HMGET', key, 'u', 'o', 'a', 'h')
local used, arrival = tonumber(state[1] or 0), tonumber(state[3] or 0)
local first, current = math.floor((now - window) / slice), math.floor(now / slice)
local oldest = tonumber(state[2] or current)

if first - oldest > 1000 then
  redis.call('DEL', key)
  used, oldest = 0, first
end
while oldest < first and used > 0 do
  local units = redis.call('HGET', key, oldest)
  if units then
    used = used - units
    redis.call('HDEL', key, oldest)
  end
  oldest = oldest + 1
end
if used == 0 then oldest = current end

local function use(at, units)
  redis.call('HINCRBY', key, at, units)
  used = used + units
  if at < oldest then oldest = at end
end
local settled = 0
for i = 12, #ARGV, 2 do
  local at, units = math.floor((now - ARGV[i]) / slice), tonumber(ARGV[i + 1])
  settled = settled + units
  if at >= first and units > 0 then use(at, units) end
end

local paced = burst > 0 and burst < limit
local unit = window / limit
if paced and returned > 0 then arrival = math.max(arrival, now) - returned * unit end

local own, held, count, others, ends = 0, 0, 1, {}, nil
for id, units, until_, seen in string.gmatch(state[4] or '', '(%S+) (%S+) (%S+) (%S+)\\n') do
  units, until_, seen = tonumber(units), tonumber(until_), tonumber(seen)
  if id == holder then
    if until_ > now then own = units end
  elseif seen + window > now then
    if until_ <= now then units = 0 end
    held, count = held + units, count + 1
    if units > 0 and (not ends or until_ < ends) then ends = until_ end
    others[#others + 1] = string.format('%s %d %.0f %.0f\\n', id, units, until_, seen)
  end
end
own = math.max(0, own - settled - returned)

local unused = math.max(0, limit - used - held - own)
local free = unused
if paced then
  free = math.min(free, math.max(0, math.floor(burst - math.max(0, arrival - now) / unit + 0.000001)))
end
local granted = 0
if free >= need then
  granted = math.max(math.min(free, demand), math.min(demand + hope, math.floor(free / count)))
end
if paced then arrival = math.max(arrival, now) + granted * unit end
local charged = math.min(granted, demand)
if charged > 0 then use(current, charged) end
own = own + granted - charged
free = free - granted

local free_in = 0
if free <= 0 then
  if paced then free_in = math.ceil(arrival - now - (burst - math.max(1, need)) * unit) end
  if unused <= granted then
    local freed = ends
    if own > 0 and (not freed or now + hold < freed) then freed = now + hold end
    if used > 0 then
      while oldest < current and redis.call('HEXISTS', key, oldest) == 0 do oldest = oldest + 1 end
      local slides = (oldest + 1) * slice + window
      if not freed or slides < freed then freed = slides end
    end
    if freed then free_in = math.max(free_in, math.ceil(freed - now)) end
  end
  free_in = math.max(1, free_in)
end

others[#others + 1] = string.format('%s %d %.0f %.0f\\n', holder, own, now + hold, now)
redis.call('HSET', key, 'u', used, 'o', oldest, 'a', string.format('%.6f', arrival), 'h', table.concat(others))
redis.call('PEXPIRE', key, window + 2 * slice + hold)
return {granted, free, free_in, count}
`;

/** The script's arguments beside its key. `nowMs` is for tests: the server's clock rules. */
export function quotaArguments(
  { limit, windowMs, burst, holder, used, returned, need, demand, hope, holdMs }: QuotaExchange,
  nowMs?: number,
): (string | number)[] {
  const slice = sliceMsOf(windowMs);
  return [limit, windowMs, burst, slice, holder, returned, need, demand, hope, holdMs, nowMs ?? "", ...used.flat()];
}

/** The script's answer. */
export function toGrant(answer: unknown): QuotaGrant {
  const [granted = 0, free = 0, freeInMs = 0, holders = 1] = (answer as unknown[]).map(Number); // safe: the script's own
  return { granted, free, freeInMs, holders };
}
