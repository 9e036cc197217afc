import type { Command } from 'commander'
import type { Call } from '../work.ts'
import { applyCommand } from './apply.ts'
import { backtestCommand } from './backtest.ts'
import { backupCommand } from './backup.ts'
import { checkCommand } from './check.ts'
import { copyCommand } from './copy.ts'
import { explainCommand } from './explain.ts'
import { exportCommand } from './export.ts'
import { importCommand } from './import.ts'
import { endInstanceCommand, instancesCommand } from './instances.ts'
import { getCommand, listCommand } from './list.ts'
import { nodeCommand } from './node.ts'
import { orderCommands, resolveCommand } from './orders.ts'
import { planCommand } from './plan.ts'
import { restoreCommand } from './restore.ts'
import { runCommand } from './run.ts'
import { runsCommand } from './runs.ts'
import { secretCommand } from './secret.ts'
import { samplesCommand, seriesCommand } from './series.ts'
import { serveCommand } from './serve.ts'
import { statusCommand } from './status.ts'
import { pauseCommand, resumeCommand, stopAllCommand } from './stops.ts'
import { tokenCommand } from './token.ts'
import { userCommand } from './user.ts'

/** Every command, in the order of the help. */
export const commands: readonly ((program: Command, call: Call) => void)[] = [
  serveCommand,
  statusCommand,
  checkCommand,
  exportCommand,
  planCommand,
  applyCommand,
  importCommand,
  nodeCommand,
  instancesCommand,
  endInstanceCommand,
  runCommand,
  runsCommand,
  orderCommands,
  resolveCommand,
  stopAllCommand,
  pauseCommand,
  resumeCommand,
  explainCommand,
  backtestCommand,
  seriesCommand,
  samplesCommand,
  listCommand,
  getCommand,
  userCommand,
  tokenCommand,
  backupCommand,
  restoreCommand,
  copyCommand,
  secretCommand,
]
