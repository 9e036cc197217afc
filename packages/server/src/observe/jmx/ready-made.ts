import { first, type Measure, type Part, part, perSecond } from './measure.ts'

/** A counter of JVMs that comes with tscaler. */
export interface ReadyMade {
  help: string
  unit: string
  measure: Measure
}

const memory = 'java.lang:type=Memory'
const system = 'java.lang:type=OperatingSystem'
const collectors = 'java.lang:type=GarbageCollector,*'
// Tomcat's own domain is Catalina, an embedded Tomcat's is Tomcat; the names of host and context are Tomcat's alone.
const managers = '*:type=Manager,host=*,context=*,*'
const processors = '*:type=GlobalRequestProcessor,*'
const pools = '*:type=ThreadPool,*'

/** Names kept in step with docs/operating/counters.md by a test. MBeans: java.lang.management, and Apache Tomcat's mbeans-descriptors. */
export const readyMade: Readonly<Record<string, ReadyMade>> = {
  'heap-used': of('Heap in use, garbage included.', 'bytes', part(memory, 'HeapMemoryUsage', { key: 'used' })),
  'heap-share': {
    help: 'Heap in use, of the most that the JVM may take.',
    unit: '%',
    measure: {
      parts: [
        part(memory, 'HeapMemoryUsage', { key: 'used' }),
        part(memory, 'HeapMemoryUsage', { key: 'max' }),
        part(memory, 'HeapMemoryUsage', { key: 'committed' }),
      ],
      // max is -1 where the JVM has no limit: then it is what the JVM has taken so far.
      value: ([used = 0, max = 0, committed = 0]) => share(used, max > 0 ? max : committed),
    },
  },
  'non-heap-used': of(
    'Memory beside the heap: classes, compiled code.',
    'bytes',
    part(memory, 'NonHeapMemoryUsage', { key: 'used' }),
  ),
  'gc-time': {
    help: 'Time spent in garbage collections; concurrent ones count too.',
    unit: '%',
    measure: totals([part(collectors, 'CollectionTime')], (before, after, elapsedMs) =>
      share(grown(before, after), elapsedMs),
    ),
  },
  'gc-runs': {
    help: 'Garbage collections.',
    unit: '/s',
    measure: totals([part(collectors, 'CollectionCount')], perSecond),
  },
  threads: of('Threads there are.', '', part('java.lang:type=Threading', 'ThreadCount')),
  'process-cpu': {
    help: 'Processor time that the JVM takes; 100 is one processor.',
    unit: '%',
    // In nanoseconds.
    measure: totals([part(system, 'ProcessCpuTime')], (before, after, elapsedMs) =>
      share(grown(before, after) / 1e6, elapsedMs),
    ),
  },
  'open-files': of('Open files of the JVM.', '', part(system, 'OpenFileDescriptorCount')),
  'loaded-classes': of('Classes that are loaded.', '', part('java.lang:type=ClassLoading', 'LoadedClassCount')),
  'jvm-uptime': {
    help: 'Seconds since the JVM was started.',
    unit: 's',
    measure: { parts: [part('java.lang:type=Runtime', 'Uptime')], value: ([uptimeMs = 0]) => uptimeMs / 1_000 },
  },
  'tomcat-sessions': of('Sessions of all web applications.', '', part(managers, 'activeSessions')),
  'tomcat-requests': {
    help: 'Requests over all connectors.',
    unit: '/s',
    measure: totals([part(processors, 'requestCount')], perSecond),
  },
  'tomcat-errors': {
    help: 'Requests that ended in an error.',
    unit: '/s',
    measure: totals([part(processors, 'errorCount')], perSecond),
  },
  'tomcat-request-time': {
    help: 'Mean time of a request; 0 while there is none.',
    unit: 'ms',
    measure: totals(
      [part(processors, 'processingTime'), part(processors, 'requestCount')],
      ([timeBefore = 0, countBefore = 0], [time = 0, count = 0]) =>
        count > countBefore ? (time - timeBefore) / (count - countBefore) : 0,
    ),
  },
  'tomcat-threads-busy': of('Threads that answer a request, over all pools.', '', part(pools, 'currentThreadsBusy')),
  'tomcat-threads-share': {
    help: 'Threads that answer a request, of the most there may be.',
    unit: '%',
    measure: {
      parts: [part(pools, 'currentThreadsBusy'), part(pools, 'maxThreads')],
      value: ([busy = 0, most = 0]) => share(busy, most),
    },
  },
}

function of(help: string, unit: string, one: Part): ReadyMade {
  return { help, unit, measure: { parts: [one], value: first } }
}

function totals(parts: readonly Part[], rate: NonNullable<Measure['rate']>): Measure {
  return { parts, value: first, rate }
}

function grown([before = 0]: readonly number[], [after = 0]: readonly number[]): number {
  return after - before
}

/** In per cent; none of nothing. */
function share(part: number, whole: number): number {
  return whole > 0 ? (100 * part) / whole : 0
}
