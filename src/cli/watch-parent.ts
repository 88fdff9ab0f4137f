/**
 * A thread that ends its process once the one that started it has gone, however that ended. The main thread may take one
 * training step after another without a moment for messages.
 */
const parent = process.ppid;
const MILLISECONDS = 500;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, MILLISECONDS);
