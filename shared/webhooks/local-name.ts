/** Names that never leave a machine or a network (RFC 6761, RFC 6762, RFC 8375, ICANN's `.internal`). */
const LOCAL_NAME = /(^|\.)(localhost|local|internal|localdomain|home\.arpa|lan|intranet)$/;

/** True for a name that can only be meant locally, one without a dot included. */
export const isLocalName = (host: string): boolean => LOCAL_NAME.test(host) || !host.includes(".");
