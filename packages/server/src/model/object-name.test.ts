import { expect, test } from 'vitest'
import { isNamePattern, isObjectName } from './object-name.ts'

test.each([
  { text: 'java.lang:type=Memory', name: true, pattern: false },
  { text: 'Catalina:type=ThreadPool,name="http-nio-8080"', name: true, pattern: false },
  { text: 'Catalina:type=Manager,host=localhost,context=/shop', name: true, pattern: false },
  { text: ':type=NoDomain', name: true, pattern: false },
  { text: 'a:b="quoted, with = : and \\* \\? \\" \\\\ in it"', name: true, pattern: false },
  { text: '*:*', name: true, pattern: true },
  { text: 'java.lang:*', name: true, pattern: true },
  { text: 'java.*:type=Memory', name: true, pattern: true },
  { text: 'a:type=GarbageCollector,*', name: true, pattern: true },
  { text: 'a:b=c?d', name: true, pattern: true },
  { text: 'a:b="c*"', name: true, pattern: true },
  { text: '', name: false, pattern: false },
  { text: 'java.lang', name: false, pattern: false },
  { text: 'java.lang:', name: false, pattern: false },
  { text: 'java.lang:type', name: false, pattern: false },
  { text: 'java.lang:type=', name: false, pattern: false },
  { text: 'a:b=c,', name: false, pattern: false },
  { text: 'a:b=c,b=', name: false, pattern: false },
  { text: 'a:b=c=d', name: false, pattern: false },
  { text: 'a:b="open', name: false, pattern: false },
  { text: 'a:*,b=c', name: false, pattern: true },
  { text: 'a:b=c\n', name: false, pattern: false },
])('$text is an ObjectName: $name, a pattern: $pattern', ({ text, name, pattern }) => {
  expect(isObjectName(text)).toBe(name)
  expect(isNamePattern(text)).toBe(pattern)
})
