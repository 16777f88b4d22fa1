"""placeholder, written below"""
