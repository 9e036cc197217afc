import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { javaClasses } from './java-classes.ts'

const run = promisify(execFile)
const OUTPUT_BYTES_MAX = 64 << 20 // a dump of Tomcat is 1 MB
const DUMP_MS_MAX = 60_000 // Tomcat's thousand attributes take 2 s on an idle machine

/** How Java's own JMX client gets into a JVM. `Jvm` and `Tomcat` are some. */
export interface JavaLogin {
  readonly host: string
  readonly port: number
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly tls?: { readonly registry: boolean } | undefined
  /** Flags with the client's key stores. */
  readonly javaFlags?: readonly string[]
}

/** One attribute as Java's client saw it; see README.md for the canonical text. */
export interface DumpLine {
  mbean: string
  /** Undefined where the MBean could not be described at all. */
  attribute: string | undefined
  /** The declared type, `long` or `javax.management.openmbean.CompositeData`. */
  type: string | undefined
  /** Canonical text of the value; undefined after a failure. */
  text: string | undefined
  /** The class of the innermost cause, such as `java.io.NotSerializableException`. */
  failure: string | undefined
}

/** What to dump. */
export interface DumpOptions {
  /** An ObjectName pattern; all MBeans without it. */
  mbeans?: string
  /** Jars with the classes of the values: Java's client gives up on a value whose class it does not have. */
  classPath?: readonly string[]
}

/**
 * Reads every readable attribute of these MBeans by Java's own client, one by one; in order of MBean and attribute.
 * Takes a start of a JVM, about 0.5 s, and as much again for all MBeans.
 */
export async function dumpMBeans(
  login: JavaLogin,
  { mbeans = '*:*', classPath = [] }: DumpOptions = {},
): Promise<DumpLine[]> {
  const words = [addressOf(login), mbeans]
  const text = await runJava(login, { main: 'Dump', words, flags: QUICK, classPath, limitMs: DUMP_MS_MAX })
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseDumpLine)
}

const QUICK = ['-XX:TieredStopAtLevel=1'] // it ends before the second compiler has paid off

/**
 * The lines whose text or failure is the same in both: what stood still between two dumps. A client asked in between
 * must give the same; of the other attributes it can only be said that they have a value.
 */
export function steadyLines(before: readonly DumpLine[], after: readonly DumpLine[]): DumpLine[] {
  const keyOf = ({ mbean, attribute, text, failure }: DumpLine) => JSON.stringify([mbean, attribute, text, failure])
  const later = new Set(after.map(keyOf))
  return before.filter((line) => later.has(keyOf(line)))
}

/** What Java's client is to do. */
export interface JavaBench {
  reads: 'single' | 'bulk'
  connectionsEach: number
  warmUpS: number
  forS: number
  /** `counterMBeans` of the JVMs. */
  mbeans: number
}

/** What Java's client did, in the time measured. */
export interface JavaFigures {
  values: number
  wallS: number
  /** Own processor time, all threads of the JVM. */
  cpuS: number
  /** As `values`, the warm-up included: what the JVMs that were read have answered. */
  allValues: number
}

const CONNECT_MS_MAX = 60_000 // 50 connections to ten JVMs, and the JVM's own start, on a slow machine

/** Reads the counters of these JVMs, which need no login, as fast as Java's own client can: a thread a connection. */
export async function benchJava(jvms: readonly JavaLogin[], bench: JavaBench): Promise<JavaFigures> {
  const [first] = jvms
  if (first === undefined) throw new Error('benchJava needs at least one JVM')
  const numbers = [bench.connectionsEach, bench.warmUpS, bench.forS, bench.mbeans].map(String)
  const words = [bench.reads, ...numbers, ...jvms.map(addressOf)]
  const limitMs = (bench.warmUpS + bench.forS) * 1_000 + CONNECT_MS_MAX
  const answer: JavaFigures = JSON.parse(
    await runJava(first, { main: 'Bench', words, flags: [], classPath: [], limitMs }),
  )
  return answer
}

interface JavaRun {
  main: string
  words: readonly string[]
  flags: readonly string[]
  classPath: readonly string[]
  limitMs: number
}

async function runJava(login: JavaLogin, { main, words, flags: more, classPath, limitMs }: JavaRun): Promise<string> {
  const all = [await javaClasses(), ...classPath].join(':')
  const flags = ['-XX:-UsePerfData', '-XX:+UseSerialGC', ...more, ...(login.javaFlags ?? []), '-cp', all, main]
  const env = {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    ...(login.user === undefined ? {} : { JMX_USER: login.user, JMX_PASSWORD: login.password ?? '' }),
    ...(login.tls?.registry ? { JMX_REGISTRY_TLS: '1' } : {}),
  }
  const options = { env, maxBuffer: OUTPUT_BYTES_MAX, timeout: limitMs, killSignal: 'SIGKILL' } as const
  const { stdout } = await run('java', [...flags, ...words], options)
  return stdout
}

function addressOf({ host, port }: JavaLogin): string {
  return `${host}:${port}`
}

/** The value stays text, since JSON.parse would round what is past 2^53. */
function parseDumpLine(line: string): DumpLine {
  const [, head = '', word, tail = ''] = /^(.*?),"(value|failure)":(.*)\}$/.exec(line) ?? []
  if (word === undefined) throw new Error(`Not a line of a dump: ${line.slice(0, 200)}`)
  const { mbean, attribute, type }: { mbean: string; attribute?: string; type?: string } = JSON.parse(`${head}}`)
  const [text, failure] = word === 'value' ? [tail, undefined] : [undefined, String(JSON.parse(tail))]
  return { mbean, attribute, type, text, failure }
}
