"""What invented Taiwanese people are made of: names, towns, words for company names."""

# Family names with their weight (people in a thousand) and the spelling used in e-mail addresses.
FAMILY_TABLE = (
    "陳111 chen,林83 lin,黃60 huang,張53 chang,李51 lee,王41 wang,吳40 wu,劉32 liu,蔡29 tsai,楊27 yang,"
    "許23 hsu,鄭19 cheng,謝18 hsieh,郭15 kuo,洪15 hung,曾14 tseng,邱14 chiu,廖13 liao,賴13 lai,周12 chou,"
    "徐12 hsu,蘇12 su,葉12 yeh,莊10 chuang,呂10 lu,江9 chiang,何9 ho,蕭8 hsiao,羅8 lo,高8 kao,潘7 pan,"
    "簡7 chien,朱7 chu,鍾6 chung,彭6 peng,游6 yu,詹6 chan,胡5 hu,施5 shih,沈5 shen,余5 yu,趙4 chao,"
    "盧4 lu,梁4 liang,顏4 yen,柯4 ke,孫4 sun,魏4 wei,翁4 weng,戴3 tai,范3 fan,宋3 sung,方3 fang,"
    "鄧3 teng,杜2 tu,傅2 fu,侯2 hou,曹2 tsao,薛2 hsueh,丁2 ting,馬2 ma,卓2 cho,董2 tung,藍2 lan,"
    "石2 shih,唐2 tang,紀2 chi,姚2 yao,連2 lien,歐2 ou,程2 cheng,湯1 tang,田1 tien,康1 kang,姜1 chiang,"
    "汪1 wang,白1 pai,鄒1 tsou,尤1 yu,巫1 wu,黎1 li,涂1 tu,龔1 kung,嚴1 yen,韓1 han,袁1 yuan,童1 tung"
)
FAMILY_NAMES = tuple((text[0], int(text[1:].split()[0]), text.split()[1]) for text in FAMILY_TABLE.split(","))


def spelled(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs of (character, spelling) from a list such as '志chih 俊chun'."""
    return tuple((pair[0], pair[1:]) for pair in text.split())


MALE_FIRST = spelled(
    "志chih 俊chun 建chien 家chia 明ming 文wen 冠kuan 宗tsung 偉wei 宏hung 銘ming 仁jen 彥yen 哲che 嘉chia "
    "承cheng 信hsin 智chih 國kuo 育yu 政cheng 正cheng 世shih 柏po 維wei 凱kai 廷ting 瑋wei 韋wei 聖sheng "
    "子tzu 振chen 啟chi 佑yu 泓hung 士shih 耀yao 立li 慶ching 奕yi"
)
MALE_SECOND = spelled(
    "豪hao 傑chieh 銘ming 宏hung 偉wei 翔hsiang 賢hsien 龍lung 霖lin 緯wei 安an 彰chang 誠cheng 毅yi 達ta "
    "文wen 廷ting 輝hui 昌chang 榮jung 隆lung 瑋wei 佑yu 勳hsun 峰feng 華hua 元yuan 德te 凱kai 恩en "
    "均chun 維wei 智chih 仁jen 平ping 穎ying 修hsiu 宇yu 儒ju 鴻hung"
)
FEMALE_FIRST = spelled(
    "淑shu 美mei 雅ya 怡yi 佳chia 惠hui 慧hui 玉yu 秀hsiu 麗li 靜ching 欣hsin 思ssu 詩shih 宜yi 珮pei "
    "筱hsiao 曉hsiao 婉wan 心hsin 品pin 郁yu 芳fang 書shu 孟meng 依yi 念nien 昱yu 瑞jui 鈺yu 莉li 可ko "
    "姿tzu 意yi 亭ting 采tsai 盈ying 韻yun 巧chiao 立li"
)
FEMALE_SECOND = spelled(
    "婷ting 芬fen 君chun 玲ling 娟chuan 如ju 雯wen 儀yi 琪chi 萍ping 蓉jung 珍chen 芳fang 容jung 瑜yu "
    "潔chieh 穎ying 華hua 蘭lan 真chen 慧hui 琳lin 珊shan 筑chu 涵han 安an 潁ying 妤yu 嫻hsien 萱hsuan "
    "宜yi 吟yin 樺hua 庭ting 馨hsin 伶ling 霞hsia 卿ching 敏min 文wen"
)

TOWNS = {
    "taipei": ("臺北市", "臺北市", "新北市", "新北市", "基隆市"),
    "taoyuan_hsinchu_miaoli": ("桃園縣", "桃園縣", "新竹市", "新竹縣", "苗栗縣"),
    "taichung_changhua_nantou": ("臺中市", "臺中市", "彰化縣", "南投縣"),
    "yunlin_chiayi_tainan": ("臺南市", "臺南市", "嘉義市", "嘉義縣", "雲林縣"),
    "kaohsiung_pingtung": ("高雄市", "高雄市", "高雄市", "屏東縣"),
    "yilan_hualien_taitung": ("宜蘭縣", "花蓮縣", "臺東縣"),
}

COMPANY_FIRST = "禾沐澄嶼霽岫槿梧翎曜昀熙漾鈞嵩璟朔晞蔚洺"
COMPANY_SECOND = "嶼岑川渡畝弦棠舟硯拓錡澤衡域構樸跡迅湛原"
TRADES = "科技 設計 貿易 餐飲 物流 精密 生技 建設 文創 資訊 材料 顧問 食品 印刷"
COMPANY_TRADES = TRADES.split()
COMPANY_FORMS = ("有限公司", "股份有限公司", "企業社", "工作室")
MAIL_DOMAINS = ("mail.example", "inbox.example", "post.example", "net.example")
