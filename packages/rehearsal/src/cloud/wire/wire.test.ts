import { expect, test } from 'vitest'
import { ApiError } from './api-error.ts'
import { answerFrame, apiOf, errorFrame } from './apis.ts'
import { decodeForm } from './form.ts'
import { writeXml } from './xml.ts'

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n'

test.each([
  { name: 'text', content: { a: 'x' }, expected: '<a>x</a>' },
  { name: 'numbers and flags', content: { a: 0, b: false }, expected: '<a>0</a><b>false</b>' },
  { name: 'what is absent', content: { a: undefined, b: '' }, expected: '<b/>' },
  {
    name: 'lists',
    content: { set: { item: ['a', { b: 1 }] } },
    expected: '<set><item>a</item><item><b>1</b></item></set>',
  },
  { name: 'an empty list', content: { set: { item: [] } }, expected: '<set/>' },
  { name: 'marks', content: { a: '<&>"' }, expected: '<a>&lt;&amp;&gt;&quot;</a>' },
  { name: 'control characters', content: { a: '\0\r\n' }, expected: '<a>\ufffd&#13;&#10;</a>' },
])('writeXml: $name', ({ content, expected }) => expect(writeXml(content)).toBe(expected))

test('the frame of each API', () => {
  expect(answerFrame('ec2', 'CreateTags', 'r1', { return: true })).toBe(
    `${XML}<CreateTagsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r1</requestId><return>true</return></CreateTagsResponse>`,
  )
  expect(answerFrame('elb', 'X', 'r1', { Instances: { member: { InstanceId: 'i' } } })).toBe(
    `${XML}<XResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/"><XResult><Instances><member><InstanceId>i</InstanceId></member></Instances></XResult><ResponseMetadata><RequestId>r1</RequestId></ResponseMetadata></XResponse>`,
  )
  expect(answerFrame('elbv2', 'RegisterTargets', 'r1', undefined)).toBe(
    `${XML}<RegisterTargetsResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><RegisterTargetsResult/><ResponseMetadata><RequestId>r1</RequestId></ResponseMetadata></RegisterTargetsResponse>`,
  )
  expect(errorFrame('elbv2', 'r1', new ApiError('InternalFailure', 'm'))).toContain('<Type>Receiver</Type>')
})

test('Version tells the API', () => {
  expect(['2016-11-15', '2012-06-01', '2015-12-01', '1999-01-01', undefined].map(apiOf)).toEqual([
    'ec2',
    'elb',
    'elbv2',
    undefined,
    undefined,
  ])
})

test('forms: both kinds of lists, in the order of their numbers', () => {
  const form = decodeForm(
    'Id.10=c&Id.2=b&Id.1=a&M.member.1.X=1&M.member.2.X=2&Filter.1.Name=n&Filter.1.Value.1=v%201&Filter.1.Value.2=w&E=&N=07&Idx.1=no',
  )
  expect(form.list('Id')).toEqual(['a', 'b', 'c'])
  expect(form.items('M').map((item) => item.need('X'))).toEqual(['1', '2'])
  expect(form.items('Filter').map((item) => [item.need('Name'), item.list('Value')])).toEqual([['n', ['v 1', 'w']]])
  expect(form.list('Nothing')).toEqual([])
  expect(form.count('N')).toBe(7)
  expect(() => form.count('E')).toThrow('Expecting a number')
  expect(() => form.need('E')).toThrow('The request must contain the parameter E')
})
