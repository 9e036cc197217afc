import { backtestBench } from './backtest.ts'
import type { Bench } from './bench.ts'
import { decideBench } from './decide.ts'
import { deployBench } from './deploy/deploy.ts'
import { historyBench } from './history.ts'
import { jmxFiveHundredBench } from './jmx/five-hundred.ts'
import { jmxBench } from './jmx/jmx.ts'
import { reactionBench } from './reaction/reaction.ts'
import { recentBench } from './recent.ts'
import { sshBench } from './ssh/ssh.ts'
import { sshThousandBench } from './ssh/thousand.ts'
import { startBench } from './start/start.ts'

/** Every bench there is, in the order in which they are listed. */
export const benches: readonly Bench[] = [
  sshBench,
  sshThousandBench,
  jmxBench,
  jmxFiveHundredBench,
  decideBench,
  historyBench,
  recentBench,
  backtestBench,
  reactionBench,
  deployBench,
  startBench,
]
