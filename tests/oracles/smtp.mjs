// Real mail servers (smtp-server) for the tests of our client. One question a line, one answer a line, both JSON:
// { listen: options }  -> { port }: a server on the loopback address that keeps what it gets. Options are those of smtp-server, and
//                         user, password, token: the only credentials that it takes; refuse: { address: [code, words] };
//                         end: [code, words], its answer to the final dot.
// { received: port }   -> [{ from, to, parameters, user, secure, message }]: what it got so far, the message in base64.
import { createInterface } from 'node:readline';
import { SMTPServer } from 'smtp-server';

const servers = new Map();

const refusal = ([responseCode, words]) => Object.assign(new Error(words), { responseCode });

const listen = ({ user, password, token, refuse = {}, end, ...options }) => new Promise(resolve => {
  const received = [];
  const server = new SMTPServer({
    ...options,
    logger: false,
    disableReverseLookup: true,
    onAuth: (auth, session, done) => {
      const known = auth.username === user && (auth.method === 'XOAUTH2' ? auth.accessToken === token : auth.password === password);
      return known ? done(null, { user }) : done(refusal([535, '5.7.8 not these credentials']));
    },
    onRcptTo: ({ address }, session, done) => done(refuse[address] ? refusal(refuse[address]) : null),
    onData: (stream, session, done) => {
      const chunks = [];
      stream.on('data', chunk => chunks.push(chunk));
      stream.on('end', () => {
        if (end) return done(refusal(end));
        received.push({
          from: session.envelope.mailFrom.address,
          to: session.envelope.rcptTo.map(({ address }) => address),
          parameters: session.envelope.mailFrom.args || {},
          user: session.user ?? null,
          secure: session.secure,
          message: Buffer.concat(chunks).toString('base64'),
        });
        done(null, '2.0.0 kept');
      });
    },
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.server.address();
    servers.set(port, received);
    resolve({ port });
  });
});

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  console.log(JSON.stringify(question.listen ? await listen(question.listen) : servers.get(question.received)));
}
process.exit(0);
