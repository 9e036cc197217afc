import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCsv } from './csv.ts'
import { csvRows } from './csv-rows.ts'

test.each([
  {
    name: 'plain',
    text: 'a,b\n1,2\n',
    cells: [
      ['a', 'b'],
      ['1', '2'],
    ],
  },
  {
    name: 'no last line end',
    text: 'a,b\n1,2',
    cells: [
      ['a', 'b'],
      ['1', '2'],
    ],
  },
  {
    name: 'CRLF and a byte order mark',
    text: '\uFEFFa,b\r\n1,2\r\n',
    cells: [
      ['a', 'b'],
      ['1', '2'],
    ],
  },
  {
    name: 'semicolons',
    text: 'a;b\n1;"2,3"\n',
    cells: [
      ['a', 'b'],
      ['1', '2,3'],
    ],
  },
  { name: 'quotes, separators and line ends within quotes', text: 'a\n"x,""y""\nz"\n', cells: [['a'], ['x,"y"\nz']] },
  {
    name: 'empty values',
    text: 'a,b,c\n,,\n',
    cells: [
      ['a', 'b', 'c'],
      ['', '', ''],
    ],
  },
  { name: 'comments and empty lines', text: 'a\n\n# no\n1\n', cells: [['a'], ['1']] },
  { name: 'a quote that never ends', text: 'a\n"1', cells: [['a'], ['1']] },
])('csvRows: $name', ({ text, cells }) => expect(csvRows(text).map((row) => row.cells)).toEqual(cells))

test('csvRows knows the lines, also behind a value of several lines', () => {
  expect(csvRows('a\n"x\ny"\nb\n\nc').map(({ line }) => line)).toEqual([1, 2, 4, 6])
})

test('what is quoted comes back', () => {
  const cell = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\r', '').trim())
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 4 }), (rows) => {
      const all = [['head', 'er'], ...rows.map((row) => ['r', ...row])]
      const text = all.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\n')
      expect(csvRows(text).map((row) => row.cells)).toEqual(all)
    }),
  )
})

test('every column is read', () => {
  const { hosts, findings } = readCsv(
    'name,hostname,port,cluster,user,key,jump,sshProfile,jvmProfiles,hostKey,site,protected,label.team,labels.rack\n' +
      'web1,10.0.0.1,2222,shop,ops,k,"a@b, c@d",,tomcat other,ssh-ed25519 AAAA,dc1,yes,blue,r1\n',
  )
  expect(findings).toEqual([])
  expect(hosts).toEqual([
    {
      name: 'web1',
      line: 2,
      hostname: '10.0.0.1',
      port: 2222,
      local: false,
      user: 'ops',
      keyFile: 'k',
      password: null,
      jump: ['a@b', 'c@d'],
      cluster: 'shop',
      sshProfile: null,
      jvmProfiles: ['tomcat', 'other'],
      hostKey: 'ssh-ed25519 AAAA',
      site: 'dc1',
      isProtected: true,
      labels: { team: 'blue', rack: 'r1' },
      instance: null,
    },
  ])
})

test('what is wrong is told by line, all at once', () => {
  expect(readCsv('name,prot,password\nweb1,1\n,2\nweb2,1,2,3\n').findings).toEqual([
    { line: 1, message: 'column "prot" is not known. Did you mean "port"?' },
    { line: 1, message: expect.stringContaining('column "password" is not known. Columns are name, ') },
    { line: 3, message: 'has no name.' },
    { line: 4, message: 'has 4 values, but there are 3 columns.' },
  ])
  expect(readCsv('name,port,protected\nweb1,70000,maybe\n').findings).toEqual([
    { line: 2, message: 'port: got "70000", expected a number from 1 to 65535.' },
    { line: 2, message: 'protected: got "maybe", expected yes or no.' },
  ])
  expect(readCsv('').findings).toHaveLength(1)
  expect(readCsv('port\n22\n').findings[0]?.message).toContain('has no column "name"')
})
