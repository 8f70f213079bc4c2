"""Indonesian sentences that look like those of a book of history or essays."""

from __future__ import annotations

from tests.generator.dice import Dice, listed

PEOPLE = listed(
    "petani penggarap|kepala desa|para pedagang|guru sekolah rakyat|nakhoda tua|juru tulis"
    "|penjaga mercusuar|anak-anak kampung|ibu-ibu pasar|seorang penerjemah|pengurus koperasi"
    "|tukang perahu|murid-murid madrasah|bupati yang baru|wartawan muda|keluarga besar itu"
    "|rombongan peneliti|orang-orang seberang|mantri kesehatan|pegawai kantor pos"
)
NAMES = listed(
    "Ratna Wening|Bima Arga|Sari Puspa|Tirta Laut|Kirana Dewi|Damar Jati|Embun Pagi|Lintang Ayu"
    "|H. Zainal Abidin|Siti Maryam|Yohanes Lado|I Made Sukerta|Samuel P. Latuharhary|Nurhayati"
    "|Andi Mappanyukki|Raden Sastra|Teuku Malik|Martha Kaisiepo|Ong Tjoe Kim|Dr. Soedibjo"
)
PLACES = listed(
    "Surabaya|Banda Aceh|Makassar|Yogyakarta|Ambon|Kutai Kartanegara|Bukittinggi|Singaraja"
    "|Semarang|Ternate|Palembang|Kupang|Banjarmasin|Cirebon|Tanjung Pinang|Manado"
)
WHERE = listed(
    "di tepi sungai|di balai pertemuan|di bawah pohon beringin|di pelabuhan lama|di ruang sidang"
    "|di antara tumpukan arsip|di serambi masjid|di lereng gunung|di rumah panggung"
    "|di persimpangan jalan raya|di geladak kapal|di pasar malam|di bangku belakang"
)
VERBS = listed(
    "mencatat|menyimpan|memperbincangkan|mempertanyakan|menolak|menerima|mengumpulkan"
    "|menyebarluaskan|mempertanggungjawabkan|membacakan|menyusun kembali|memperjuangkan"
    "|menerjemahkan|mengingat-ingat|membangun|merundingkan|mengesampingkan|menghidupkan"
    "|menyederhanakan|mempersoalkan|menandatangani|memusnahkan|menunda-nunda|memperlihatkan"
)
THINGS = listed(
    "perjanjian dagang|surat-surat lama|peta pelayaran|hasil panen|aturan pengairan|sekolah baru"
    "|kebiasaan turun-temurun|catatan harian|laporan tahunan|tanah ulayat|cerita rakyat"
    "|daftar hadir|pajak hasil bumi|hubungan kekeluargaan|rencana pembangunan jembatan"
    "|naskah lontar|keputusan musyawarah|ketidakpastian harga|persediaan beras|lagu-lagu daerah"
    "|kemungkinan perdamaian|kepentingan bersama|perkumpulan simpan pinjam|surat kabar setempat"
)
QUALITIES = listed(
    "lama|rumit|sederhana|tergesa-gesa|berliku-liku|menentukan|terlupakan|mengherankan|sunyi"
    "|berharga|setengah jadi|berkepanjangan|bersahaja|tersembunyi|tidak terelakkan"
)
MANNERS = listed(
    "dengan hati-hati|pelan-pelan|tanpa ragu|berulang kali|secara terbuka|diam-diam"
    "|dengan suara rendah|bersama-sama|sekali lagi|sepanjang malam|sebisa-bisanya"
)
LINKS = listed(
    "Namun demikian|Sementara itu|Pada mulanya|Beberapa waktu kemudian|Sebaliknya|Akhirnya"
    "|Menjelang musim hujan|Dalam keadaan seperti itu|Bertahun-tahun kemudian|Oleh karena itu"
)
JOINS = listed(
    "karena|sebab|meskipun|walaupun|ketika|sebelum|sesudah|sehingga|sedangkan|agar|seolah-olah"
)
MONTHS = listed(
    "Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November|Desember"
)
FOREIGN = (
    ("trade-off", "en"), ("business as usual", "en"), ("status quo", "la"), ("ad hoc", "la"),
    ("Vergaderzaal", "nl"), ("landrente", "nl"), ("laissez-faire", "fr"), ("Weltanschauung", "de"),
    ("gentlemen's agreement", "en"), ("raison d'être", "fr"), ("adatrecht", "nl"),
)  # fmt: skip
SAID = listed("kata|ujar|tulis|bantah|kenang|jelas")


def clause(dice: Dice) -> str:
    """Who does what, at times where or how."""
    who = dice.one_of(NAMES if dice.happens(30) else PEOPLE)
    said = f"{who} {dice.one_of(VERBS)} {dice.one_of(THINGS)}"
    if dice.happens(35):
        said += f" yang {dice.one_of(QUALITIES)}"
    if dice.happens(35):
        said += f" {dice.one_of(WHERE)}"
    if dice.happens(25):
        said += f" {dice.one_of(MANNERS)}"
    return said


def date(dice: Dice) -> str:
    """A day in the language's words."""
    return f"{dice.between(1, 28)} {dice.one_of(MONTHS)} {dice.between(1901, 2019)}"


def money(dice: Dice) -> str:
    """An amount of rupiah."""
    if dice.happens(40):
        return f"Rp{dice.between(2, 900)} {dice.one_of(('ribu', 'juta', 'miliar'))}"
    return f"Rp{dice.between(1, 950)}.{dice.between(0, 9)}00.000"


def years(dice: Dice) -> str:
    """A range of years."""
    first = dice.between(1905, 2005)
    return f"{first}-{first + dice.between(1, 14)}"


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]


def sentence(dice: Dice) -> str:
    """One sentence of running text, as an author types it."""
    say, kind = clause(dice), dice.between(1, 16)
    foreign, tongue = dice.one_of(FOREIGN)
    who, place = dice.one_of(NAMES), dice.one_of(PLACES)
    patterns = {
        1: f"{dice.one_of(LINKS)}, {say}.",
        2: f"{say} {dice.one_of(JOINS)} {clause(dice)}.",
        3: f"Pada {date(dice)}, {say}.",
        4: f'"{_upper(say)}," {dice.one_of(SAID)} {who}, "{dice.one_of(JOINS)} {clause(dice)}."',
        5: f"{say}, dan nilainya ditaksir {money(dice)} hanya untuk {place}.",
        6: f"Selama {years(dice)} {say}; {clause(dice)}.",
        7: f"Istilah *{foreign}*{{lang={tongue}}} dipakai {who} untuk {dice.one_of(THINGS)}.",
        8: f"Di {place}, {say} --- {clause(dice)} --- tanpa menunggu keputusan siapa pun.",
        9: f"Apakah {say}? {_upper(dice.one_of(LINKS))}, tidak seorang pun tahu.",
        10: f"Dari {dice.between(12, 980)} orang yang hadir, {dice.between(11, 89)} persen setuju "
            f"bahwa {dice.one_of(THINGS)} itu {dice.one_of(QUALITIES)}.",
        11: f"**{_upper(dice.one_of(THINGS))}** bukanlah {dice.one_of(THINGS)}, melainkan "
            f"{dice.one_of(THINGS)} yang {dice.one_of(QUALITIES)}.",
        12: f"Menurut UU No. {dice.between(1, 40)} Tahun {dice.between(1950, 2019)}, {say}.",
        13: f"{say} (lihat juga {dice.one_of(THINGS)} di {place}).",
    }  # fmt: skip
    return _upper(patterns.get(kind, f"{say}."))


def title(dice: Dice) -> str:
    """A heading of a few words."""
    thing = dice.one_of(THINGS)
    return _upper(
        dice.one_of(
            (
                f"{thing} yang {dice.one_of(QUALITIES)}",
                f"{thing} dan {dice.one_of(THINGS)}",
                f"{thing} di {dice.one_of(PLACES)}",
                f"jalan {dice.one_of(QUALITIES)} menuju {dice.one_of(PLACES)}",
                f"{dice.one_of(PEOPLE)} {dice.one_of(VERBS)} {thing}",
            )
        )
    )
