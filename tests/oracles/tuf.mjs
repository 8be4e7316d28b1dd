// Downloads one target with tuf-js, a TUF client that is not ours.
//   node tuf.mjs BASE_URL CACHE_FOLDER TARGET_PATH
// BASE_URL has metadata/ and targets/ below it; CACHE_FOLDER holds the first root as root.json.
// Exit 0: verified, and the path of the file is printed. Exit 1: refused, and the reason is printed. Exit 2: nothing was asked.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Updater } from 'tuf-js';

const [base, cache, path] = process.argv.slice(2);
if (!path) process.exit(2);
const targetDir = join(cache, 'downloads');
mkdirSync(targetDir, { recursive: true });
try {
  const updater = new Updater({
    metadataBaseUrl: `${base}/metadata`,
    targetBaseUrl: `${base}/targets`,
    metadataDir: cache,
    targetDir,
    config: { fetchTimeout: 10_000, fetchRetry: 0 },
  });
  await updater.refresh();
  const target = await updater.getTargetInfo(path);
  if (!target) throw new Error(`no target ${path}`);
  console.log(await updater.downloadTarget(target));
} catch (error) {
  console.log(`${error.name}: ${error.message}`);
  process.exit(1);
}
