import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { describe } from 'vitest'
import { leasesConform } from '../leases.conformance.ts'
import { storeConforms } from '../store.conformance.ts'
import { tablesConform } from '../table.conformance.ts'
import { useServer } from './mysql.fixture.ts'

describe.skipIf(requirePart('mariadb').skip)('Mysql', () => {
  const { fresh } = useServer()
  describe('store', () => storeConforms(fresh))
  describe('tables', () => tablesConform(fresh))
  describe('leases', () => leasesConform(fresh))
})
