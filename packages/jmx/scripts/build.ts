// Makes dist/: npm run build -w @tscaler/jmx
import { buildDist } from './dist.ts'

buildDist()
