import { ServerConnection } from '@jupyterlab/services';

import { DominoClient } from '../src/client';
import { DominoDrive, drivePath, parseDrivePath } from '../src/drive';
import { FakeClient } from './fakes';

describe('DominoClient', () => {
  const urls: string[] = [];
  const answering = (status: number, body: string) => {
    urls.length = 0;
    return new DominoClient(
      ServerConnection.makeSettings({
        baseUrl: 'http://localhost/base/',
        fetch: async request => {
          urls.push((request as Request).url);
          return new Response(body, { status });
        }
      })
    );
  };

  it('keeps the slashes of a path and encodes all else', async () => {
    await answering(200, '{}').fileDiff('my project', 'a b/ü?.txt', 'r1');
    expect(urls[0]).toContain(
      '/base/jupyter-domino/api/v1/diff/a%20b/%C3%BC%3F.txt?path=my%20project&a=r1'
    );
  });

  it('sends bytes that are not UTF-8 as themselves', async () => {
    await answering(200, '{}').fileDiff('', 'x\udcff', 'r1');
    expect(urls[0]).toContain('/diff/x%ff');
  });

  it('rejects with the sentence, code and details of the server', async () => {
    const body = {
      message: 'Edits stand in the way.',
      code: 'unsynced-changes',
      details: { paths: ['a'] },
      reason: null
    };
    await expect(
      answering(409, JSON.stringify(body)).config()
    ).rejects.toMatchObject({
      message: 'Edits stand in the way.',
      status: 409,
      code: 'unsynced-changes',
      details: { paths: ['a'] }
    });
  });

  it('does not show the page of another handler', async () => {
    await expect(answering(404, '<html>').config()).rejects.toMatchObject({
      message: 'The server answered 404.',
      code: ''
    });
  });
});

describe('DominoDrive', () => {
  const settings = ServerConnection.makeSettings();
  const place = {
    project: 'work/my project',
    source: { job: 3 },
    file: 'results/job-3/train.ipynb'
  };

  it.each([
    place,
    { project: '', source: { revision: 'abc' }, file: 'a:b.txt' },
    { project: 'p', source: { revision: 'abc' }, file: '' }
  ])('names a place by a path from which it is found again', given => {
    const path = drivePath(given);
    expect(path.startsWith('domino:')).toBe(true);
    expect(parseDrivePath(path.slice('domino:'.length))).toEqual(given);
  });

  it('reads a file of a job under the path it was asked for', async () => {
    const drive = new DominoDrive(new FakeClient(), settings);
    const path = drivePath(place).slice('domino:'.length);
    const model = await drive.get(path);
    expect(model).toMatchObject({
      path,
      name: 'train.ipynb',
      writable: false,
      content: 'content of results/job-3/train.ipynb'
    });
  });

  it('refuses every way to write', async () => {
    const drive = new DominoDrive(new FakeClient(), settings);
    for (const refused of [drive.save(), drive.delete(), drive.rename()]) {
      await expect(refused).rejects.toThrow('cannot be changed');
    }
  });
});
