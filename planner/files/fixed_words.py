"""The words that a table takes in a column of fixed words: the file format's, the Chinese, others understood."""

from collections.abc import Mapping

Words = Mapping[str, tuple[str, ...]]  # the word of the file format -> its Chinese, then others that are understood

SEXES: Words = {"F": ("女", "female", "woman", "女性"), "M": ("男", "male", "man", "男性")}
RISKS: Words = {"low": ("低", "低风险"), "medium": ("中", "中风险", "mid"), "high": ("高", "高风险")}
LEVELS: Words = {
    "province": ("省", "省级", "省厅"),
    "city": ("市", "市级", "市局"),
    "district": ("区", "区级", "区县", "县", "县级", "分局"),
}
KINDS: Words = {
    "base": ("驻地", "基地"),
    "assembly": ("集结点", "集合点", "assembly point"),
    "custody": ("办案中心", "执法办案管理中心", "羁押点", "羁押场所", "看守所", "custody place"),
}
FLAGS: Words = {
    "yes": ("是", "y", "true", "1", "√", "需要", "有"),
    "no": ("否", "n", "false", "0", "×", "不需要", "无"),
}
CLOSED: Words = {"closed": ("封闭", "关闭", "不通")}
MAP_DATUMS: Words = {
    "WGS-84": ("wgs84", "gps"),
    "GCJ-02": ("火星坐标", "gcj02", "高德", "腾讯", "amap"),
    "BD-09": ("百度", "bd09", "百度坐标", "baidu"),
    "CGCS2000": ("国家2000", "2000国家大地坐标系", "天地图", "cgcs"),
}
SKILLS: Words = {
    "entry": ("破拆", "破门", "突入", "突击"),
    "medic": ("救护", "医护", "急救", "医疗"),
    "forensics": ("勘验", "取证", "痕检", "勘查", "现场勘验"),
    "interview": ("讯问", "审讯"),
    "interpreter": ("翻译",),
    "negotiator": ("谈判",),
}
