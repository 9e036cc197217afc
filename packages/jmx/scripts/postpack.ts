// `npm pack` and `npm publish` end with this: the workspace runs from its sources again.
import { restoreManifest } from './manifest.ts'

restoreManifest()
