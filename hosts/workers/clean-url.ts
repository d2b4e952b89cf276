/** The address that a handler is to see: as on every host, no service prefix in the path. */
export function cleanUrl(request: Request, service: string): URL {
  const url = new URL(request.url);
  if (url.pathname === `/${service}` || url.pathname.startsWith(`/${service}/`)) {
    url.pathname = url.pathname.slice(service.length + 1) || "/";
  }
  return url;
}
