import type { Place } from './ketama.ts'

/** The servers of `memcached://host:port,host:port` (port 11211 where not said); undefined: it is no such text, or names one twice. */
export function parseCachePlaces(text: string): Place[] | undefined {
  const [, list] = /^memcached:\/\/([^/\s]+)\/?$/.exec(text) ?? []
  if (list === undefined) return undefined
  const places = list.split(',').map(placeOf)
  if (!places.every((place) => place !== undefined)) return undefined
  const names = new Set(places.map(({ host, port }) => `${host}:${port}`))
  return names.size === places.length ? places : undefined
}

function placeOf(text: string): Place | undefined {
  const [, bracketed, plain, digits = '11211'] = /^(?:\[([\da-f:]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const [host, port] = [bracketed ?? plain, Number(digits)]
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port }
}
