import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeCertificate } from './certificate.ts'
import { javaClasses } from './java-classes.ts'

/** What a client needs to get in. */
export interface JvmTls {
  /** PEM of the JVM's own certificate, which is its own authority. Its names are localhost and the JVM's address. */
  ca: string
  /** PEM; only where the JVM asks for a client's certificate. */
  cert?: string
  key?: string
  /** Whether the registry speaks TLS, too. Java's own default is that it does not. */
  registry: boolean
}

const PASSWORD = 'changeit' // Java insists on one; the stores lie in a folder that only we can read
const run = promisify(execFile)

/**
 * Makes the key stores of a JVM and of its clients in `folder`: server.p12, client.p12 and trust.p12. By a program of
 * our own, since keytool needs a start of a JVM (0.5 s) for each store and takes no private key.
 */
export async function makeStores(folder: string, host: string): Promise<{ ca: string; cert: string; key: string }> {
  const [server, client] = [makeCertificate(['localhost', host]), makeCertificate(['client'])]
  const files = {
    'server.key': server.key,
    'server.crt': server.cert,
    'client.key': client.key,
    'client.crt': client.cert,
  }
  const written = Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text, { mode: 0o600 }))
  await Promise.all(written)
  await run('java', [
    '-XX:-UsePerfData',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    await javaClasses(),
    'Keystores',
    folder,
    PASSWORD,
  ])
  return { ca: server.cert, cert: client.cert, key: client.key }
}

/** Flags that make a JVM show `own` and trust both sides' certificates. */
export function storeFlags(folder: string, own: 'server' | 'client'): string[] {
  return [
    `-Djavax.net.ssl.keyStore=${join(folder, `${own}.p12`)}`,
    `-Djavax.net.ssl.keyStorePassword=${PASSWORD}`,
    `-Djavax.net.ssl.trustStore=${join(folder, 'trust.p12')}`,
    `-Djavax.net.ssl.trustStorePassword=${PASSWORD}`,
  ]
}
