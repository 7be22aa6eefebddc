import type { AttachedPicture } from './message';
import type { SymbolType } from './code-picture';

/** Gathers the pictures of one message, each once, and names them. */
export class AttachedPictures {
	private readonly pictures = new Map<string, AttachedPicture>();

	/** @returns the content id by which HTML shows it */
	readonly attach = (type: SymbolType, png: Buffer): string => {
		const key = png.toString('latin1');
		const known = this.pictures.get(key);
		if (known) return known.contentId;
		const kind = type === 'qrcode' ? 'coupon_qrcode' : 'coupon_barcode';
		const before = this.list().filter(({ contentId }) => contentId.startsWith(kind)).length;
		const contentId = before === 0 ? kind : `${kind}_${before + 1}`;
		this.pictures.set(key, {
			contentId,
			fileName: `${contentId}.png`,
			mimeType: 'image/png',
			content: png,
		});
		return contentId;
	};

	list(): AttachedPicture[] {
		return [...this.pictures.values()];
	}
}
