import { hash } from 'node:crypto'

/** A server by its name, as `host:port`. */
export interface Place {
  host: string
  port: number
}

// As libmemcached has it: 40 digests of 4 points each for every server.
const digestsOfServer = 40
const pointsOfDigest = 4
// libmemcached leaves memcached's own port out of a server's name.
const usualPort = 11_211

/**
 * Which of the servers has a key: consistent hashing as libmemcached's "ketama weighted" does it, which clients of all languages
 * know, so that outside readers find what was put. A server that is lost takes its own keys along and moves no other. The answer
 * gives a place in the list.
 */
export function ketama(servers: readonly Place[]): (key: string) => number {
  if (servers.length === 1) return () => 0
  const points = servers.flatMap((server, index) => pointsOf(server).map((point) => ({ point, index })))
  points.sort((a, b) => a.point - b.point)
  const ring = Uint32Array.from(points, ({ point }) => point)
  return (key) => points[placeOf(ring, digestOf(key).readUInt32LE(0))]?.index ?? 0
}

function pointsOf({ host, port }: Place): number[] {
  const name = port === usualPort ? host : `${host}:${port}`
  return Array.from({ length: digestsOfServer }, (_, n) => digestOf(`${name}-${n}`)).flatMap((digest) =>
    Array.from({ length: pointsOfDigest }, (_, point) => digest.readUInt32LE(4 * point)),
  )
}

/** The first point at or after the key's own, around the ring. */
function placeOf(ring: Uint32Array, point: number): number {
  let [low, high] = [0, ring.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ring[middle] ?? 0) < point) low = middle + 1
    else high = middle
  }
  return low === ring.length ? 0 : low
}

/** MD5 for its spread and its use by everybody else, not for any secret. */
function digestOf(text: string): Buffer {
  return hash('md5', text, 'buffer')
}
