import type { StoreFill, StoreLook } from "./cache-store.ts";

/** A tag is remembered for an hour after it last ended or was carried, so what is kept is cut to half of that. */
const TAG_MS = 3_600_000;
export const LONGEST_KEPT_MS = TAG_MS / 2;
/** Tags of one call, in which Redis serves nobody else. */
const MOST_TAGS_A_CALL = 1_000;

/**
 * A {@link CacheStore} in Redis: three scripts, each one atomic step. A mark is the sequence's name and the count of ends in
 * it, 16 digits each. Each tag holds the mark of its last end. Redis may drop anything at any time: an answer one of whose tags
 * is missing is not believed, and a sequence that was lost begins under another name, so that marks of before are of no use.
 */
const SEQUENCE = `
local p = ARGV[1]
local function sequence()
  local mark = redis.call('GET', p .. 'sequence')
  if not mark then
    local t = redis.call('TIME')
    mark = string.format('%010d%06d', tonumber(t[1]), tonumber(t[2])) .. '0000000000000000'
    redis.call('SET', p .. 'sequence', mark, 'PX', ${7 * TAG_MS})
  end
  return mark
end
local function has_ended_since(ended, mark)
  return string.sub(ended, 1, 16) ~= string.sub(mark, 1, 16) or ended > mark
end`;

/** ARGV: prefix, key → [mark], or [mark, text, tags, ms left] */
export const LOOK_SCRIPT = `${SEQUENCE}
local now = sequence()
local name = p .. 'a:' .. ARGV[2]
local entry = redis.call('HMGET', name, 'mark', 'tags', 'text')
if not entry[1] or string.sub(entry[1], 1, 16) ~= string.sub(now, 1, 16) then return {now} end
for tag in string.gmatch(entry[2], '[^\\n]+') do
  local ended = redis.call('GET', p .. 't:' .. tag)
  if not ended or has_ended_since(ended, entry[1]) then return {now} end
end
return {now, entry[3], entry[2], redis.call('PTTL', name)}`;

/** ARGV: prefix, key, mark, text, ms, tags joined by line breaks, tag, mark … → 1 when it is kept */
export const KEEP_SCRIPT = `${SEQUENCE}
local now = sequence()
local mark = ARGV[3]
local has_ended = string.sub(now, 1, 16) ~= string.sub(mark, 1, 16)
for i = 7, #ARGV, 2 do
  local name = p .. 't:' .. ARGV[i]
  local ended = redis.call('GET', name)
  if not ended or string.sub(ended, 1, 16) ~= string.sub(now, 1, 16) then ended = now end
  redis.call('SET', name, ended, 'PX', ${TAG_MS})
  if has_ended_since(ended, ARGV[i + 1]) then has_ended = true end
end
if has_ended then return 0 end
local name = p .. 'a:' .. ARGV[2]
redis.call('DEL', name)
redis.call('HSET', name, 'mark', mark, 'tags', ARGV[6], 'text', ARGV[4])
redis.call('PEXPIRE', name, ARGV[5])
return 1`;

/** ARGV: prefix, tag … */
export const END_SCRIPT = `${SEQUENCE}
local now = sequence()
local mark = string.sub(now, 1, 16) .. string.format('%016.0f', tonumber(string.sub(now, 17)) + 1)
redis.call('SET', p .. 'sequence', mark, 'PX', ${7 * TAG_MS})
for i = 2, #ARGV do redis.call('SET', p .. 't:' .. ARGV[i], mark, 'PX', ${TAG_MS}) end
return 1`;

export function toLook(answer: unknown): StoreLook {
  const [mark, text, tags, leftMs] = answer as [string, string?, string?, number?]; // safe: what LOOK_SCRIPT returns
  if (text === undefined || text === null) return { mark: String(mark), entry: undefined };
  return { mark: String(mark), entry: { text, tags: tags ? tags.split("\n") : [], leftMs: Number(leftMs) } };
}

export const keepArguments = (key: string, { mark, text, tags, leftMs, since }: StoreFill): string[] => [
  key,
  mark,
  text,
  String(Math.ceil(Math.min(leftMs, LONGEST_KEPT_MS))),
  tags.join("\n"),
  ...tags.flatMap((tag) => [tag, since?.get(tag) ?? mark]),
];

/** The tags in as many calls as take them. */
export function* inCalls(tags: readonly string[]): Generator<readonly string[]> {
  for (let i = 0; i < tags.length; i += MOST_TAGS_A_CALL) yield tags.slice(i, i + MOST_TAGS_A_CALL);
}
