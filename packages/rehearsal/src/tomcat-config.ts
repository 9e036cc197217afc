import type { Address } from './address.ts'

/** conf/server.xml: one connector, no shutdown port, WARs put into webapps/ are deployed within a second. */
export function serverXml({ host, port }: Address, threadsMax: number): string {
  return `<Server port="-1">
  <Service name="Catalina">
    <Connector port="${port}" address="${host}" protocol="HTTP/1.1" maxThreads="${threadsMax}" minSpareThreads="2"/>
    <Engine name="Catalina" defaultHost="localhost">
      <Host name="localhost" appBase="webapps" autoDeploy="true" unpackWARs="true" backgroundProcessorDelay="1"/>
    </Engine>
  </Service>
</Server>
`
}

/** WEB-INF/web.xml of the shop. */
export const WEB_XML = `<?xml version="1.0" encoding="UTF-8"?>
<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0"/>
`

/** Answers at once, and starts a session for who has none. */
export const CART_JSP = `<%@ page contentType="text/plain" session="true" %>session <%= session.getId() %>
`

/** Answers after `ms` milliseconds, so that a thread is busy for so long; without a session. */
export const SLOW_JSP = `<%@ page contentType="text/plain" session="false" %><% Thread.sleep(Long.parseLong(request.getParameter("ms"))); %>slow
`
