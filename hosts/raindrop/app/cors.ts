/**
 * The application-wide CORS hook (`src/_app/cors.ts`): called without a response for a preflight, else with the
 * handler's. No other origin is let in: the API is for servers and for pages of its own origin. A service that sets
 * the headers itself as well would send them twice.
 */
export function cors(_request: Request, _env: object, response?: Response): Response {
  return response ?? new Response(null, { status: 204 });
}
