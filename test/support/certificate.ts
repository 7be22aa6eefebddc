import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A certificate and its key, as PEM. */
export interface Certificate {
	readonly certificate: string;
	readonly key: string;
}

/**
 * A self-signed certificate, valid for a day, for servers under these IPv4 addresses.
 *
 * Node can read certificates but not make them; this writes the least of RFC 5280 that a TLS client accepts once it is
 * told to trust it.
 */
export function selfSignedCertificate(addresses: readonly string[]): Certificate {
	const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const name = sequence(set(sequence(oid('2.5.4.3'), text('Coupon pools test'))));
	const now = Date.now();
	const toSign = sequence(
		tagged(0xa0, integer(Buffer.from([2]))),
		integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
		ECDSA_WITH_SHA256,
		name,
		sequence(time(new Date(now - HOUR)), time(new Date(now + 24 * HOUR))),
		name,
		publicKey.export({ type: 'spki', format: 'der' }),
		tagged(
			0xa3,
			sequence(
				sequence(oid('2.5.29.19'), TRUE, octets(sequence(TRUE))),
				sequence(
					oid('2.5.29.17'),
					octets(
						sequence(
							...addresses.map((address) =>
								tagged(0x87, Buffer.from(address.split('.').map(Number))),
							),
						),
					),
				),
			),
		),
	);
	const signature = tagged(
		0x03,
		Buffer.concat([Buffer.from([0]), sign('sha256', toSign, privateKey)]),
	);
	return {
		certificate: pem('CERTIFICATE', sequence(toSign, ECDSA_WITH_SHA256, signature)),
		key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
	};
}

const HOUR = 3_600_000;

/** DER (X.690): a tag, the length, the content. */
function tagged(tag: number, content: Buffer): Buffer {
	const { length } = content;
	const head =
		length < 128
			? [tag, length]
			: length < 256
				? [tag, 0x81, length]
				: [tag, 0x82, length >> 8, length & 255];
	return Buffer.concat([Buffer.from(head), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
	return tagged(0x30, Buffer.concat(parts));
}

function set(...parts: readonly Buffer[]): Buffer {
	return tagged(0x31, Buffer.concat(parts));
}

function integer(bytes: Buffer): Buffer {
	return tagged(0x02, bytes);
}

function octets(content: Buffer): Buffer {
	return tagged(0x04, content);
}

function text(value: string): Buffer {
	return tagged(0x0c, Buffer.from(value));
}

/** `YYMMDDHHMMSSZ` */
function time(instant: Date): Buffer {
	return tagged(0x17, Buffer.from(`${instant.toISOString().replaceAll(/\D/g, '').slice(2, 14)}Z`));
}

/** Base 128 with a mark on all bytes but a number's last; the first two numbers share a byte. */
function oid(dotted: string): Buffer {
	const [first, second, ...rest] = dotted.split('.').map(Number);
	const bytes = rest.flatMap((number) => {
		const digits = [number & 127];
		for (let left = number >> 7; left > 0; left >>= 7) {
			digits.unshift((left & 127) | 128);
		}
		return digits;
	});
	return tagged(0x06, Buffer.from([40 * first + second, ...bytes]));
}

const TRUE = tagged(0x01, Buffer.from([255]));

const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

function pem(label: string, bytes: Buffer): string {
	const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
	return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
