import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { describe } from 'vitest'
import { leasesConform } from '../leases.conformance.ts'
import { storeConforms } from '../store.conformance.ts'
import { tablesConform } from '../table.conformance.ts'
import { useServer } from './postgresql.fixture.ts'

describe.skipIf(requirePart('postgresql').skip)('Postgresql', () => {
  const { fresh } = useServer()
  describe('store', () => storeConforms(fresh))
  describe('tables', () => tablesConform(fresh))
  describe('leases', () => leasesConform(fresh))
})
