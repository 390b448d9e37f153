#!/usr/bin/env node
// Plain enough for every Node: it has to say that a Node is too old before anything newer is read.

const needed = [22, 22, 2];
const found = process.versions.node.split('.').map(Number);
const difference = needed.map((part, index) => found[index] - part).find((step) => step !== 0);

if (difference < 0) {
  process.stderr.write(
    'wheelseal needs Node ' + needed.join('.') + ' or newer, this is ' + process.version + '\n',
  );
  process.exitCode = 2;
} else {
  void import('./start.js');
}
