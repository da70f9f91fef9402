// Starts the Kinesis emulator on loopback only: by itself it listens on every interface.
// With the argument "attached" it ends when its standard input does, that is with its parent,
// however that one dies.
const net = require('node:net');
const path = require('node:path');

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (target, ...rest) {
  if (typeof target === 'object' && target !== null && 'port' in target) {
    return listen.call(this, { ...target, host: '127.0.0.1' }, ...rest);
  }
  const callback = rest.find((argument) => typeof argument === 'function');
  return listen.call(this, { port: Number(target), host: '127.0.0.1' }, callback);
};

// The emulator replaces process.exit by one that waits for open connections to end; nothing here is
// worth waiting for.
const exit = process.exit.bind(process);
const stop = () => exit(0);
process.on('SIGINT', stop).on('SIGTERM', stop);

if (process.argv[2] === 'attached') {
  process.stdin.on('end', stop).on('error', stop).resume();
}

// Found from the working directory, where its package was installed.
const main = require.resolve('kinesis-local', { paths: [process.cwd()] });
process.env.KINESIS_MOCK_CERT_PATH ??= path.join(path.dirname(main), 'server.json');
require(main);
