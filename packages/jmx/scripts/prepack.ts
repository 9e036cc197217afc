// `npm pack` and `npm publish` begin with this, and end with postpack.ts.
import { buildDist } from './dist.ts'
import { publishManifest } from './manifest.ts'

buildDist()
publishManifest()
