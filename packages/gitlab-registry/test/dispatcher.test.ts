import { createGenericPackages, createPyPIRegistry } from '@wheelseal/gitlab-registry';
import {
  Agent,
  interceptors,
  setGlobalDispatcher,
  getGlobalDispatcher,
  type Dispatcher,
} from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { mockedGitLab } from './arrange.ts';
import { serve } from './server.ts';

const file = { package: 'demo', version: '1.2.0', filename: 'demo.whl.sig' };

test('follows redirects by its own rules, whatever the dispatcher would do', async () => {
  const { agent, connection, gitlab } = mockedGitLab();
  const eager = agent.compose(interceptors.redirect({ maxRedirections: 3 }));
  const registry = createPyPIRegistry({ ...connection, dispatcher: eager });
  const location = 'https://index.test/simple/demo/';
  gitlab.intercept({ path: /pypi/ }).reply(302, '', { headers: { location } });

  await expect(registry.listFiles('demo')).rejects.toMatchObject({
    code: 'REGISTRY_NOT_FOUND',
    message: expect.stringContaining('forwards'),
  });
});

test('speaks HTTP/1.1, in which an upload can be ended at any time', async () => {
  const { agent, connection, gitlab } = mockedGitLab();
  const asked: Dispatcher.DispatchOptions[] = [];
  const dispatcher = agent.compose((dispatch) => (options, handler) => {
    asked.push(options);
    return dispatch(options, handler);
  });
  gitlab.intercept({ path: /generic/ }).reply(200, 'signature');

  await createGenericPackages({ ...connection, dispatcher }).read(file);

  expect(asked).toMatchObject([{ allowH2: false }]);
});

test("uses undici's global dispatcher when it is given none", async () => {
  const { agent, connection, gitlab } = mockedGitLab();
  const { dispatcher: _, ...rest } = connection;
  const before = getGlobalDispatcher();
  onTestFinished(() => setGlobalDispatcher(before));
  setGlobalDispatcher(agent);
  gitlab.intercept({ path: /generic/ }).reply(200, 'signature');

  await expect(createGenericPackages(rest).read(file)).resolves.toHaveLength(9);
});

test('keeps to the time-outs of the dispatcher', async () => {
  const { connection } = mockedGitLab();
  const { url: apiUrl } = await serve((request) => void request.resume());
  const dispatcher = new Agent({ headersTimeout: 100 });
  onTestFinished(async () => dispatcher.destroy());

  const call = createGenericPackages({ ...connection, apiUrl, dispatcher }).read(file);

  await expect(call).rejects.toMatchObject({
    code: 'REGISTRY_UNREACHABLE',
    cause: { code: 'UND_ERR_HEADERS_TIMEOUT' },
  });
});
