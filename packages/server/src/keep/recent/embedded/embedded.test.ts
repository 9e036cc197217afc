import { recentConform } from '../recent.conformance.ts'
import { embeddedRecent } from './embedded.ts'

recentConform(async () => embeddedRecent())
