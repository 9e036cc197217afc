import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * A real web application for Tomcat 10, packed by the JDK's `jar`. `/` says which machine answers and whom it takes for its peers,
 * `/health.jsp` answers 503 once the machine is drained.
 */
export async function warFile(): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tscaler-war-'))
  try {
    await mkdir(path.join(folder, 'war', 'WEB-INF'), { recursive: true })
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, 'war', name), text)
    await run('jar', ['cf', path.join(folder, 'shop.war'), '-C', path.join(folder, 'war'), '.'])
    return await readFile(path.join(folder, 'shop.war'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const files = {
  'WEB-INF/web.xml': `<?xml version="1.0" encoding="UTF-8"?>
<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0" metadata-complete="true"></web-app>
`,
  'index.jsp': `<%@ page contentType="application/json" import="java.nio.file.*" session="false" trimDirectiveWhitespaces="true" %>
<%
Path file = Path.of(System.getProperty("catalina.base"), "conf", "peers");
String peers = Files.exists(file) ? Files.readString(file).trim().replace("\\n", " ") : "";
%>{ "node": "<%= System.getProperty("shop.node") %>", "peers": "<%= peers %>" }
`,
  'health.jsp': `<%@ page contentType="text/plain" import="java.nio.file.*" session="false" trimDirectiveWhitespaces="true" %>
<%
boolean isDraining = Files.exists(Path.of(System.getProperty("catalina.base"), "work", "draining"));
if (isDraining) response.setStatus(503);
%><%= isDraining ? "draining" : "ok" %>
`,
} as const
