import { faultOfUrl } from './webhook-url.js';

it.each(['https://hooks.example.com/rollcall', 'https://hooks.example.com:8443/?a=b', 'https://8.8.8.8/'])(
  'takes %s',
  (url) => {
    expect(faultOfUrl(url, [])).toBeUndefined();
  },
);

it.each([
  ...[
    '',
    'hooks.example.com',
    '/hook',
    'ftp://hooks.example.com/',
    'file:///etc/passwd',
    'http://hooks.example.com/',
  ],
  ...['https://ada:pw@hooks.example.com/', 'https://ada@hooks.example.com/', 'https://hooks.example.com/#a'],
  ...[
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://127.1/',
  ],
  ...[
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[64:ff9b::a00:1]/',
    'https://[fd00:ec2::254]/',
  ],
  ...[
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
  ],
  ...['https://[fe80::1]/', 'https://192.168.1.1/', 'https://224.0.0.1/', 'https://172.16.0.1/'],
])('refuses %j', (url) => {
  expect(faultOfUrl(url, [])).toEqual(expect.any(String));
});

it('lets hosts that the operator allows lead anywhere, and need no TLS', () => {
  for (const url of ['http://10.0.0.1/', 'https://10.0.0.1/', 'http://10.0.0.1:8080/a'])
    expect(faultOfUrl(url, ['10.0.0.1'])).toBeUndefined();
  for (const url of ['ftp://10.0.0.1/', 'http://a:b@10.0.0.1/', 'http://10.0.0.2/'])
    expect(faultOfUrl(url, ['10.0.0.1'])).toEqual(expect.any(String));
});
