import { CodedError, formatError } from '@wheelseal/errors';

class KettleError extends CodedError<'KETTLE_EMPTY'> {}

const error = new KettleError('the kettle holds `0` of `300` millilitres', {
  code: 'KETTLE_EMPTY',
  hint: 'Fill the kettle.',
});

process.stdout.write(`${formatError(error)}\n`);
