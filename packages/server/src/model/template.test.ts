import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkTemplate, type Placeholder, placeholders, placeholdersOf, renderTemplate } from './template.ts'

const values = Object.fromEntries(placeholders.map((name) => [name, `<${name}>`])) as Record<Placeholder, string>

test.each([
  { name: 'a known placeholder', template: '{{trigger}} on {{ cluster }}', expected: [] },
  {
    name: 'an unknown one is named once',
    template: '{{nod}} {{nod}}',
    expected: [
      'got the placeholder {{nod}}, expected one of {{trigger}} {{cluster}} {{node}} {{host}} {{newNode}} {{counter}} {{value}} {{threshold}} {{run}} {{runUrl}}.',
    ],
  },
  { name: 'case counts', template: '{{Node}}', expected: [expect.stringContaining('{{Node}}')] },
  { name: 'an empty one', template: '{{}}', expected: [expect.stringContaining('{{}}')] },
  {
    name: 'an opening without an end',
    template: 'x {{trigger',
    expected: ['got "{{" without "}}" behind it; close the placeholder.'],
  },
  { name: 'single braces are text', template: '{a} }} {', expected: [] },
])('checkTemplate: $name', ({ template, expected }) => expect(checkTemplate(template)).toEqual(expected))

test('rendering puts every value in its place', () => {
  expect(renderTemplate('{{trigger}} on {{cluster}}: {{ value }} {{threshold}}', values)).toBe(
    '<trigger> on <cluster>: <value> <threshold>',
  )
})

test('a template without placeholders stays as it is', () => {
  const text = fc.string().filter((one) => !one.includes('{{'))
  fc.assert(fc.property(text, (template) => renderTemplate(template, values) === template))
})

test('what a value holds is never taken for a placeholder', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom(...placeholders),
      fc.constantFrom(...placeholders),
      (value, name, other) => {
        const given = { ...values, [name]: `${value}{{${other}}}` }
        expect(renderTemplate(`a{{${name}}}b`, given)).toBe(`a${value}{{${other}}}b`)
      },
    ),
  )
})

test('a template without findings renders with nothing left open', () => {
  const piece = fc.oneof(fc.constantFrom(...placeholders.map((name) => `{{${name}}}`)), fc.string())
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const template = pieces.join('')
      fc.pre(checkTemplate(template).length === 0)
      const plain = Object.fromEntries(placeholders.map((name) => [name, ''])) as Record<Placeholder, string>
      expect(placeholdersOf(renderTemplate(template, plain)).filter((name) => name in plain)).toEqual([])
    }),
  )
})
