import { expect, test } from 'vitest'
import { parseCachePlaces } from './cache-places.ts'

test.each([
  { text: 'memcached://one', places: [{ host: 'one', port: 11_211 }] },
  {
    text: 'memcached://one:1,10.0.0.2:2/',
    places: [
      { host: 'one', port: 1 },
      { host: '10.0.0.2', port: 2 },
    ],
  },
  { text: 'memcached://[::1]:11212', places: [{ host: '::1', port: 11_212 }] },
  { text: 'memcached://', places: undefined },
  { text: 'memcached://one:0', places: undefined },
  { text: 'memcached://one:65536', places: undefined },
  { text: 'memcached://one,,two', places: undefined },
  { text: 'memcached://one,one:11211', places: undefined },
  { text: 'redis://one', places: undefined },
])('$text', ({ text, places }) => expect(parseCachePlaces(text)).toEqual(places))
