/** The header in which a host, and nobody else, states the client's address. */
export const ADDRESS_HEADER = "x-rainwire-address";
